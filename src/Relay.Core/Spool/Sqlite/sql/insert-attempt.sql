INSERT INTO attempt (message, at, upstream, summary, milliseconds) VALUES (@message, @at, @upstream, @summary, @milliseconds)

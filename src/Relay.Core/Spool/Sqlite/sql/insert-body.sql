INSERT INTO body (message, content) VALUES (@message, @content)

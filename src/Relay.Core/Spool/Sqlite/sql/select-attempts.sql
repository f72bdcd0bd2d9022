SELECT at, upstream, summary, milliseconds FROM attempt WHERE message = @message ORDER BY rowid

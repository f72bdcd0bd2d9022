INSERT INTO body (message, content) SELECT message, content FROM delivery WHERE number = @number AND content IS NOT NULL

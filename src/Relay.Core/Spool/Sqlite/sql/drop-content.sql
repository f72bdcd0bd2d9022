UPDATE delivery SET content = NULL WHERE number = @number AND content IS NOT NULL

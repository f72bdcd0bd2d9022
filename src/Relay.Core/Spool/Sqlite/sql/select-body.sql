SELECT content FROM body WHERE message = @message

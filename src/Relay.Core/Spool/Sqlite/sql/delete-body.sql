DELETE FROM body WHERE message = @message

-- Waits for what is still being written by the connection before; what comes from it later is refused. The session bears the node's name, so that those who take
-- the node for dead can end it.
INSERT INTO writer AS mine (node, epoch, batch) SELECT id, 1, 0 FROM node WHERE id = $1
ON CONFLICT (node) DO UPDATE SET epoch = mine.epoch + 1
RETURNING epoch, batch, set_config('application_name', 'relay node ' || mine.node, false)

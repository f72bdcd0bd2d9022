SELECT EXISTS (SELECT 1 FROM delivery WHERE state = 1 AND NOT EXISTS (SELECT 1 FROM node WHERE node.id = delivery.owner))

"""Events from one process to another: motcua, nameko's own, FastStream, and bare py-amqp."""

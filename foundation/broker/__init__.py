"""The connection to RabbitMQ, and what must be declared there."""

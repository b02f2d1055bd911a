"""The connection to RabbitMQ, and the topology that must be declared there.

Used by its modules: `connection.Publisher`, `topology.definitions`.
"""

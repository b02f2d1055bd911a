"""RabbitMQ's definitions for this platform: derived from the services, and uploaded to a broker."""

"""The servers on one machine (RabbitMQ, database, object store, SMTP and SMS), and supervision."""

"""RabbitMQ's definitions for this platform: made, and uploaded to any broker; broker logins."""

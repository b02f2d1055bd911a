"""The real parts on one machine: broker, database, files, mail and SMS, on ports of our own."""

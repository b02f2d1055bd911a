"""What an operator sees of a process: logs, metrics, traces, and the context they share.

Used by its modules: `logs.log`, `log_context`, `metrics`, `service_metrics`, `scrape`,
`tracing` and `fault_points`.
"""

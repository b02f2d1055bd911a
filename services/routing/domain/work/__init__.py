"""What officers do with a step: take, complete, refuse, apologise, hand over."""

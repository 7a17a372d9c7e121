"""The three image formats that providers send, each read as a stream in constant memory, without decoding pixels."""

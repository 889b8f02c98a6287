"""The post room: which day a letter is handed in, and in which lot, file and tray it lies."""

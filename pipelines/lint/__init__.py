"""What a layout's files say that will not print well or fast, told with file and line before a run."""

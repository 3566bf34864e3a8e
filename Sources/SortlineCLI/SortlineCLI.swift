// SortlineCLI

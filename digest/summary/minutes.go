package summary

// Minutes is how long a text takes to read, in whole minutes; 0 if it is too short to tell.
func Minutes(text string) int { return 0 }

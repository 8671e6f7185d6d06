package cards

// File is what Slack tells of a file: whose it is, and the channels in which it is shared.
type File struct {
	ID   string
	User string
	In   []string
}

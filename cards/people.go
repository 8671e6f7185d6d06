package cards

// Person is somebody who says lines and reads cards.
type Person struct {
	ID   string `json:"id"`             // Slack user id
	Team string `json:"team,omitempty"` // Slack workspace id
	Lang string `json:"lang,omitempty"` // "en" or "zh"
	Zone string `json:"zone,omitempty"` // IANA name
	// Member is false for guests, bots and people of other workspaces.
	Member bool `json:"member,omitempty"`
	// Guest is one of the workspace's who sees only some of its channels.
	Guest bool `json:"guest,omitempty"`
	// Gone is whoever has left the workspace: roles given by name are theirs no more.
	Gone bool `json:"gone,omitempty"`
}

// Place is where a card is seen. With User set and Channel empty it is the
// person's own conversation with the bot.
type Place struct {
	Channel string `json:"channel,omitempty" db:"channel"`
	Thread  string `json:"thread,omitempty" db:"thread"` // the message that owns the thread
	TS      string `json:"ts,omitempty"`                 // the message itself, once posted
	User    string `json:"user,omitempty"`
}

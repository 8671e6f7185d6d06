package cards

// Conversation is what Slack tells of a channel, a group, or two who talk alone.
type Conversation struct {
	ID string
	// Name is what Slack calls a channel, without #; "" where it has none.
	Name string
	// Public is one that every full member of the workspace may look into.
	Public bool
	// Shared is one in which people of other companies are.
	Shared bool
	// Direct is the bot's own conversation with User.
	Direct bool
	User   string
	// Hidden is one that Slack does not show the bot: a private channel that it is not
	// in, two other people's own. Who is in it cannot be learnt.
	Hidden bool
}

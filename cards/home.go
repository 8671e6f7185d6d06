package cards

// Home is somebody's own page of the bot: what waits for them, what goes on, what comes.
type Home struct {
	// Filters say which parts are shown; that of those that are has the style "primary".
	Filters []Button `json:"filters,omitempty"`
	Parts   []Part   `json:"parts,omitempty"`
	Notes   []Text   `json:"notes,omitempty"` // small print
	// Partial says that something could not be told yet: the page is worth another look soon.
	Partial bool `json:"-"`
}

// Part is a heading with what stands below it.
type Part struct {
	Title Text  `json:"title"`
	Body  Text  `json:"body,omitzero"`
	Rows  []Row `json:"rows,omitempty"`
	// More leads to what a page has no room for; no line: there is no more.
	More Button `json:"more,omitzero"`
}

// Row is one of a list, with what may be done to it.
type Row struct {
	Text    Text     `json:"text"`
	Buttons []Button `json:"buttons,omitempty"`
	// Cells say the same in columns; see Card.Columns.
	Cells []Text `json:"cells,omitempty"`
	// Account is the AppID of the account that the row is about; see Card.Account.
	Account string `json:"account,omitempty"`
}

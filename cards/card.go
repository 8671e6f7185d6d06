package cards

// Card is one thing that people see: a request, an answer, a result.
type Card struct {
	// Account is the AppID of the WeChat account that the card is about: its buttons' lines
	// are for it. "" is none in particular.
	Account string `json:"account,omitempty"`

	Title Text `json:"title,omitzero"`
	// Lead is the one sentence that says what it is about; it stands under the title.
	Lead Text `json:"lead,omitzero"`
	// Named says that the lead names the account, so that no small print has to.
	Named  bool    `json:"named,omitempty"`
	Face   Face    `json:"face,omitzero"`
	Image  Image   `json:"image,omitzero"`
	Body   []Text  `json:"body,omitempty"` // a paragraph each
	Fields []Field `json:"fields,omitempty"`
	// Charts stand in messages alone, two at most.
	Charts []Chart `json:"charts,omitempty"`
	Rows   []Row   `json:"rows,omitempty"` // of a list
	// Columns head the Cells of Rows: a message shows the list as a table, with what its rows
	// may press below it. Elsewhere, and where Slack draws no table, the rows stand as they are.
	Columns []Text `json:"columns,omitempty"`
	// Content is shown to the letter and never cut: what does not fit goes on in
	// further messages of the card's thread.
	Content []Content `json:"content,omitempty"`
	Buttons []Button  `json:"buttons,omitempty"`
	Notes   []Text    `json:"notes,omitempty"` // small print
}

// Image is a picture on a card: a file that the bot keeps at Slack.
type Image struct {
	File string `json:"file"`
	Alt  Text   `json:"alt"` // what is to be seen on it
}

// Field is a label and its value.
type Field struct {
	Label Text `json:"label"`
	Value Text `json:"value"`
}

// Content is exact content with its label, for instance `thing1` and "Tea". Name is the key
// of words that people see in the label's stead, where it is none of WeChat's names. Both
// follow a number, as in "2. title", where there are several of a sort.
type Content struct {
	Label string `json:"label"`
	Name  string `json:"name,omitempty"`
	Text  string `json:"text"`
	Link  bool   `json:"link,omitempty"` // the text is an address to follow
}

// Button is a line waiting to be said. Style is "", "primary" or "danger".
type Button struct {
	Label Text   `json:"label"`
	Line  string `json:"line"`
	Style string `json:"style,omitempty"`
	// Below is what it says below a table, apart from its row; zero: the Label.
	Below Text `json:"below,omitzero"`
	// Account is the AppID of the account that the line is for, where that is not its card's.
	Account string `json:"account,omitempty"`
	// Confirm is asked once more before the line is said; nil: nothing is.
	Confirm *Confirm `json:"confirm,omitempty"`
}

// Confirm is what somebody is asked who has pressed a button that cannot be taken back.
type Confirm struct {
	Title Text `json:"title"`
	Text  Text `json:"text"`
	Yes   Text `json:"yes"`
	No    Text `json:"no"`
}

// Form asks for what a line still lacks. Submitting it says Line followed by the
// inputs as key="value".
type Form struct {
	Line   string  `json:"line"`
	Title  Text    `json:"title"`
	Intro  Text    `json:"intro,omitzero"`
	Submit Text    `json:"submit"`
	Inputs []Input `json:"inputs"`
	// Checks says that the line that it says can be checked first.
	Checks bool `json:"checks,omitempty"`
}

// Input is the form's field of a key; nil where it has none.
func (f *Form) Input(key string) *Input {
	for i := range f.Inputs {
		if f.Inputs[i].Key == key {
			return &f.Inputs[i]
		}
	}
	return nil
}

// Input is one field of a Form. Key is the argument's name in the line.
type Input struct {
	Key      string   `json:"key"`
	Label    Text     `json:"label"`
	Hint     Text     `json:"hint,omitzero"`
	Example  string   `json:"example,omitempty"` // greyed inside the empty field
	Value    string   `json:"value,omitempty"`
	Required bool     `json:"required,omitempty"`
	Lines    bool     `json:"lines,omitempty"`   // several lines of text
	Files    int      `json:"files,omitempty"`   // so many files at most; their ids are the value
	Choices  []Choice `json:"choices,omitempty"` // where there are few values
	// List is what one chooses from as one types: ListTemplates or ListAudiences; what is typed
	// may be chosen too.
	List string `json:"list,omitempty"`
	// Channel says that the value is a channel of Slack's.
	Channel bool `json:"channel,omitempty"`
}

// The lists that an Input may choose from.
const (
	ListTemplates = "templates"
	ListAudiences = "audiences"
)

// Choice is one value of an Input.
type Choice struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
}

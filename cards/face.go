package cards

// Face is what its reader will see of a message, laid out as WeChat lays it out: a title, and
// under it the labels and values in the order of the template. It is shown to the letter. What
// is longer than a card bears is cut, and the card says how much more Details holds.
type Face struct {
	Title string `json:"title,omitempty"`
	Lines []Line `json:"lines,omitempty"`
}

// Line is one line of a Face. Without a label the text stands alone, as a message in plain
// words does.
type Line struct {
	Label Text   `json:"label,omitzero"`
	Text  string `json:"text"`
}

// IsZero reports whether there is nothing to be seen.
func (f Face) IsZero() bool { return f.Title == "" && len(f.Lines) == 0 }

// Add is the face with one more line; an empty text adds none.
func (f Face) Add(label Text, text string) Face {
	if text != "" {
		f.Lines = append(f.Lines, Line{Label: label, Text: text})
	}
	return f
}

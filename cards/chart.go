package cards

// Chart is figures that are drawn, on a card that is a message. Its Words tell them where Slack does
// not draw it; zero where the card's own words do.
type Chart struct {
	Title  Text     `json:"title"`
	Kind   string   `json:"kind"` // ChartArea, ChartBar or ChartLine
	Across Text     `json:"across"`
	Up     Text     `json:"up"`
	Points []string `json:"points"` // from left to right, each different
	Series []Series `json:"series"` // the first at the back
	Words  Text     `json:"words,omitzero"`
}

// Series is a row of figures of a Chart, one for each of its points.
type Series struct {
	Name   Text      `json:"name"`
	Values []float64 `json:"values"`
}

// The kinds of Chart. An area and a line need two points to be seen.
const (
	ChartArea = "area"
	ChartBar  = "bar"
	ChartLine = "line"
)

// ChartPoints is how many points Slack draws at most.
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
const ChartPoints = 20

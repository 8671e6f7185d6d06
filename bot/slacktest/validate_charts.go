package slacktest

import "slices"

// maxCharts is how many charts a message takes, as vercel/chat 696 tells; Slack's page does not.
const maxCharts = 2

// dataVisualization is a chart. Its limits are Slack's page's and those that slack-go v0.35.0
// and node-slack-sdk 2637 hold it to; that it stands in messages alone is told by the announcement.
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
// https://docs.slack.dev/changelog/2026/06/16/block-kit-data-visualization-block
var dataVisualization = spec{on: onMessage, required: []string{"title", "chart"}, fields: map[string]rule{
	"block_id": blockID, "title": chars(1, 50), "chart": chart,
}}

var (
	pie       = spec{required: []string{"type", "segments"}, fields: map[string]rule{"type": nil, "segments": list(1, 6, an(segment))}}
	segment   = spec{required: []string{"label", "value"}, fields: map[string]rule{"label": chars(1, 20), "value": above0}}
	plot      = spec{required: []string{"type", "series", "axis_config"}, fields: map[string]rule{"type": nil, "series": list(1, 6, an(series)), "axis_config": an(axis)}, also: onAxis}
	series    = spec{required: []string{"name", "data"}, fields: map[string]rule{"name": chars(1, 20), "data": list(1, 20, an(dataPoint))}}
	dataPoint = spec{required: []string{"label", "value"}, fields: map[string]rule{"label": chars(1, 20), "value": aNumber}}
	axis      = spec{required: []string{"categories"}, fields: map[string]rule{"categories": list(1, 20, chars(1, 20)), "x_label": chars(0, 50), "y_label": chars(0, 50)}}
)

func chart(c *checker, path string, v any) {
	o, _ := v.(object)
	switch kind := str(o, "type"); kind {
	case "pie":
		an(pie)(c, path, v)
	case "bar", "area", "line":
		an(plot)(c, path, v)
	default:
		c.fail(path+"/type", "unsupported type: %s", kind)
	}
}

func aNumber(c *checker, path string, v any) {
	if _, ok := v.(float64); !ok {
		c.fail(path, "must be a number")
	}
}

func above0(c *checker, path string, v any) {
	if n, ok := v.(float64); !ok || n <= 0 {
		c.fail(path, "must be more than 0")
	}
}

// onAxis: each series has its own name, and one point for each category.
func onAxis(c *checker, path string, o object) {
	config, _ := o["axis_config"].(object)
	listed, _ := config["categories"].([]any)
	var categories, names []string
	for _, e := range listed {
		category, _ := e.(string)
		categories = append(categories, category)
	}
	slices.Sort(categories)
	if len(slices.Compact(slices.Clone(categories))) < len(categories) {
		c.fail(path+"/axis_config/categories", "must be unique")
	}
	for _, s := range objects(o["series"]) {
		if slices.Contains(names, str(s, "name")) {
			c.fail(path+"/series", "names must be unique")
		}
		names = append(names, str(s, "name"))
		var labels []string
		for _, p := range objects(s["data"]) {
			labels = append(labels, str(p, "label"))
		}
		slices.Sort(labels)
		if !slices.Equal(labels, categories) {
			c.fail(path+"/series", "needs one point for each category")
		}
	}
}

// chartsIn counts charts, those within containers too.
func chartsIn(list []any) (n int) {
	for _, b := range objects(list) {
		switch str(b, "type") {
		case "data_visualization":
			n++
		case "container":
			children, _ := b["child_blocks"].([]any)
			n += chartsIn(children)
		}
	}
	return n
}

// readableChart is what stands beside a chart and in its legend.
func readableChart(chart object, add func(string)) {
	for _, key := range []string{"x_label", "y_label"} {
		add(str(chart, "axis_config", key))
	}
	for _, s := range objects(chart["series"]) {
		add(str(s, "name"))
	}
	for _, s := range objects(chart["segments"]) {
		add(str(s, "label"))
	}
}

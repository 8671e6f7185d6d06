package bot

import (
	"slices"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// Slack's limits of a chart; that a message bears two is told by vercel/chat 696 alone.
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
const (
	maxCharts     = 2
	maxChartTitle = 50
	maxChartLabel = 20
)

// charts draws charts, and tells in words what Slack would not draw.
func (d drawer) charts(charts []cards.Chart) []block {
	var blocks []block
	for i, c := range charts {
		if drawn := d.chart(c); i < maxCharts && drawn.Validate() == nil {
			blocks = append(blocks, block{drawn, sizeOfChart(drawn)})
			continue
		}
		blocks = append(blocks, section(d.say(c.Words))...)
	}
	return blocks
}

func (d drawer) chart(c cards.Chart) *slack.DataVisualizationBlock {
	label := func(t cards.Text, most int) string { return shorten(d.plain(t), most) }
	axis := slack.NewDataVisualizationAxisConfig(c.Points...).WithXLabel(label(c.Across, maxChartTitle)).WithYLabel(label(c.Up, maxChartTitle))
	var all []slack.DataVisualizationDataSeries
	for _, s := range c.Series {
		var points []slack.DataVisualizationDataPoint
		for i, v := range s.Values[:min(len(s.Values), len(c.Points))] {
			points = append(points, slack.NewDataVisualizationDataPoint(c.Points[i], v))
		}
		all = append(all, slack.NewDataVisualizationDataSeries(label(s.Name, maxChartLabel), points...))
	}
	var chart slack.DataVisualizationChart
	switch c.Kind {
	case cards.ChartArea:
		chart = slack.NewDataVisualizationAreaChart(axis, all...)
	case cards.ChartLine:
		chart = slack.NewDataVisualizationLineChart(axis, all...)
	default:
		chart = slack.NewDataVisualizationBarChart(axis, all...)
	}
	return slack.NewDataVisualizationBlock(label(c.Title, maxChartTitle), chart)
}

// sizeOfChart is how many characters a chart has at most, as far as Slack may count them.
func sizeOfChart(b *slack.DataVisualizationBlock) int {
	return size(b.Title) + 2*maxChartTitle + 6*maxChartLabel + 2*cards.ChartPoints*maxChartLabel
}

// chartsInWords is a card of which Slack draws no chart.
func chartsInWords(card cards.Card) cards.Card {
	card.Body = slices.Clone(card.Body)
	for _, c := range card.Charts {
		if !c.Words.IsZero() {
			card.Body = append(card.Body, c.Words)
		}
	}
	card.Charts = nil
	return card
}

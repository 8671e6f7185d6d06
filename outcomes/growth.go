package outcomes

import (
	"strconv"

	"magpie/cards"
	"magpie/wechat"
)

// growth draws the sums of all articles that went out together, by the days that WeChat has
// counted, from 0 on, the first 19: readers, and on a scale of their own what far fewer do.
func growth(figures []wechat.ArticleFigures) []cards.Chart {
	days := 0
	for _, f := range figures {
		days = max(days, len(f.Days))
	}
	days = min(days, cards.ChartPoints-1)
	points := make([]string, days+1)
	sums := make([][]float64, 4)
	for i := range sums {
		sums[i] = make([]float64, days+1)
	}
	for day := range points {
		points[day] = strconv.Itoa(day)
		for _, f := range figures {
			if day == 0 || len(f.Days) == 0 {
				continue
			}
			d := f.Days[min(day, len(f.Days))-1]
			for i, n := range []int{d.Readers, d.Sharers, d.Likes, d.Comments} {
				sums[i][day] += float64(n)
			}
		}
	}
	chart := func(kind string, title cards.Text, series ...cards.Series) cards.Chart {
		return cards.Chart{Title: title, Kind: kind, Across: cards.T("chart.days"), Up: cards.T("chart.people"), Points: points, Series: series}
	}
	return []cards.Chart{
		chart(cards.ChartArea, cards.T("chart.readers"), cards.Series{Name: cards.T("chart.readers"), Values: sums[0]}),
		chart(cards.ChartLine, cards.T("chart.actions"),
			cards.Series{Name: cards.T("chart.shares"), Values: sums[1]},
			cards.Series{Name: cards.T("chart.likes"), Values: sums[2]},
			cards.Series{Name: cards.T("chart.comments"), Values: sums[3]}),
	}
}

package outcomes

import (
	"slices"
	"testing"

	"magpie/wechat"
)

// Articles that went out together are added up; one that WeChat has counted for fewer days stays
// where it was.
func TestGrowthIsDrawn(t *testing.T) {
	t.Parallel()
	charts := growth([]wechat.ArticleFigures{
		{Days: []wechat.DayFigures{{Readers: 100, Sharers: 3, Likes: 2, Comments: 1}, {Readers: 150, Sharers: 4, Likes: 2, Comments: 1}}},
		{Days: []wechat.DayFigures{{Readers: 10}}},
		{},
	})
	if got, want := charts[0].Points, []string{"0", "1", "2"}; !slices.Equal(got, want) {
		t.Errorf("points: got %q, want %q", got, want)
	}
	for i, want := range [][]float64{{0, 110, 160}, {0, 3, 4}, {0, 2, 2}, {0, 1, 1}} {
		got := slices.Concat(charts[0].Series, charts[1].Series)[i].Values
		if !slices.Equal(got, want) {
			t.Errorf("series %d: got %v, want %v", i, got, want)
		}
	}
	month := growth([]wechat.ArticleFigures{{Days: make([]wechat.DayFigures, 30)}})
	if got := len(month[0].Points); got != 20 {
		t.Errorf("a month has %d points, want 20", got)
	}
}

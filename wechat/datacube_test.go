package wechat

import (
	"testing"
	"time"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

// startChina is a morning in China.
func startChina(hour int) time.Time { return time.Date(2026, 11, 20, hour, 0, 0, 0, China) }

func TestArticleFigures(t *testing.T) {
	t.Parallel()
	now := startChina(10)
	s, base, stop := wechattest.Start(wechattest.Options{Now: func() time.Time { return now }})
	t.Cleanup(stop)
	c := client(t, base)
	id, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("一"), draftArticle("二")})
	if err != nil {
		t.Fatal(err)
	}
	job, err := c.SendMass(t.Context(), MassFilter{All: true}, MassMsg{MassContent: MassContent{News: id}})
	if err != nil {
		t.Fatal(err)
	}
	s.SetFigures(job.MsgDataID, wechattest.Figures{Readers: 7, Sharers: 6, Likes: 5, Hearts: 4, Comments: 3, Favorites: 2})
	if _, err := c.ArticleFigures(t.Context(), now); failed(t, "ArticleFigures", err).Code != 61500 {
		t.Errorf("ArticleFigures of today = %v, want 61500", err)
	}
	s.Advance(21 * time.Hour) // 07:00 of the next day
	if _, err := c.ArticleFigures(t.Context(), now); failed(t, "ArticleFigures", err).Code != 61503 {
		t.Errorf("ArticleFigures before 08:00 = %v, want 61503", err)
	}
	s.Advance(26 * time.Hour) // 09:00 of the day after
	page, err := c.ArticleFigures(t.Context(), now)
	if err != nil || len(page.Articles) != 2 || page.Late {
		t.Fatalf("ArticleFigures = %+v, %v; want 2 articles", page, err)
	}
	got := s.ReceivedOn(apis.ArticleFigures.Path)
	sameJSON(t, "ArticleFigures", got[len(got)-1].Body, `{"begin_date":"2026-11-20","end_date":"2026-11-20"}`)
	a := page.Articles[1]
	if a.MsgDataID != job.MsgDataID || a.Index != 2 || a.Title != "二" || a.URL == "" || !a.Notified || len(a.Days) != 2 {
		t.Errorf("the second article = %+v", a)
	}
	if want := (DayFigures{"2026-11-21", 14, 12, 10, 8, 6, 4}); a.Days[1] != want {
		t.Errorf("its second day = %+v, want %+v", a.Days[1], want)
	}
	if _, err := c.ArticleFigures(t.Context(), FiguresSince.Add(-time.Hour)); failed(t, "ArticleFigures", err).Code != 61500 {
		t.Errorf("ArticleFigures of before there were any = %v, want 61500", err)
	}
}

// TestArticleFiguresReadLeniently: the page's own example has a fraction for every rate,
// and more fields than are read.
func TestArticleFiguresReadLeniently(t *testing.T) {
	t.Parallel()
	page, err := answering(t, `{"list":[{"ref_date":"2025-11-01","msgid":"2247490098_1","publish_type":1,"title":"T","content_url":"u","detail_list":[{"stat_date":"2025-11-01","read_user":"4123",
		"share_user":366,"zaikan_user":191,"like_user":386,"comment_count":33,"collection_user":233,"praise_money":361,"read_finish_rate":0.6304348}]},{"msgid":"5"}],"is_delay":true}`).ArticleFigures(t.Context(), startChina(0))
	if err != nil || !page.Late || page.Articles[0].Notified || page.Articles[0].MsgDataID != "2247490098" || page.Articles[0].Days[0] != (DayFigures{"2025-11-01", 4123, 366, 386, 191, 33, 233}) {
		t.Errorf("ArticleFigures = %+v, %v", page, err)
	}
	if a := page.Articles[1]; a.MsgDataID != "5" || a.Index != 1 {
		t.Errorf("an article without a number = %+v", a)
	}
	if _, err := answering(t, `{"errcode":0}`).ArticleFigures(t.Context(), startChina(0)); err == nil {
		t.Error("ArticleFigures without a list succeeds")
	}
}

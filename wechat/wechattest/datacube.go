package wechattest

import (
	"fmt"
	"strconv"
	"time"
)

// Figures are how many people did what with an article in all, a day after it was out and
// each day more: the pretended WeChat counts evenly.
type Figures struct{ Readers, Sharers, Likes, Hearts, Comments, Favorites int }

// defaultFigures are those of every article that SetFigures does not name.
var defaultFigures = Figures{Readers: 120, Sharers: 12, Likes: 9, Hearts: 6, Comments: 3, Favorites: 2}

// SetFigures sets what each day adds to the figures of a message or publishing, by its
// msg_data_id.
func (s *Server) SetFigures(msgDataID string, f Figures) {
	s.set(func() {
		if s.figures == nil {
			s.figures = map[string]Figures{}
		}
		s.figures[msgDataID] = f
	})
}

// figuresSince is the first day that the page of the call names.
var figuresSince = time.Date(2025, 11, 1, 0, 0, 0, 0, china)

// articleFigures follows the page wedata/news of getarticletotaldetail (2026-03-03): one day,
// that of the publication, and at most yesterday; a day is counted at 08:00 of the next.
func (s *Server) articleFigures(c *call) reply {
	var in struct {
		Begin string `json:"begin_date"`
		End   string `json:"end_date"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	s.settlePublishing(c.now)
	day, err := time.ParseInLocation(time.DateOnly, in.Begin, china)
	today := dayOf(c.now)
	switch end, endErr := time.ParseInLocation(time.DateOnly, in.End, china); {
	case err != nil || endErr != nil || day.Before(figuresSince) || !end.Before(today):
		return refuse(61500)
	case !day.Equal(end):
		return refuse(61501)
	}
	counted := dayOf(c.now.Add(-8*time.Hour)).AddDate(0, 0, -1)
	if counted.Before(day) {
		return refuse(61503)
	}
	list := []any{}
	// What was deleted is counted no more.
	add := func(id string, kind int, articles []DraftArticle, at time.Time, deleted map[int]bool) {
		if !dayOf(at).Equal(day) {
			return
		}
		for i, a := range articles {
			if deleted[i+1] {
				continue
			}
			list = append(list, map[string]any{
				"ref_date": in.Begin, "msgid": fmt.Sprintf("%s_%d", id, i+1), "publish_type": kind, "title": a.Title,
				"content_url": fmt.Sprintf("http://mp.weixin.qq.com/s?__biz=%s&mid=%s&idx=%d", s.opts.AppID, id, i+1), "detail_list": s.figuresOf(id, day, counted),
			})
		}
	}
	for _, m := range s.masses {
		if msgID, _ := strconv.Atoi(m.MsgID); !m.Preview && !m.Deleted && m.status(c.now) == "SEND_SUCCESS" {
			add(strconv.Itoa(massDataID(msgID)), 0, m.Articles, m.At, m.deleted)
		}
	}
	for _, p := range s.library.published {
		add(p.PublishID, 1, p.Articles, p.PublishedAt, p.deleted)
	}
	return reply{bare: true, fields: map[string]any{"list": list, "is_delay": false}}
}

// figuresOf has a row for each day from the first to the last, at most 30.
func (s *Server) figuresOf(id string, first, last time.Time) []any {
	each, own := s.figures[id]
	if !own {
		each = defaultFigures
	}
	rows := []any{}
	for n, day := 1, first; !day.After(last) && n <= 30; n, day = n+1, day.AddDate(0, 0, 1) {
		rows = append(rows, map[string]any{
			"stat_date": day.Format(time.DateOnly), "read_user": each.Readers * n, "read_user_source": []any{map[string]any{"user_count": each.Readers * n, "scene_desc": "全部"}},
			"share_user": each.Sharers * n, "zaikan_user": each.Hearts * n, "like_user": each.Likes * n, "comment_count": each.Comments * n, "collection_user": each.Favorites * n,
			"praise_money": 0, "read_subscribe_user": 0, "read_delivery_rate": 0.0271002, "read_finish_rate": 0.6304348, "read_avg_activetime": 1.0588236,
			"read_jump_position": []any{map[string]any{"position": 1, "rate": 0.5304147}},
		})
	}
	return rows
}

// dayOf is the day of a moment in China.
func dayOf(t time.Time) time.Time {
	t = t.In(china)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, china)
}

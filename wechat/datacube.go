package wechat

import (
	"context"
	"strconv"
	"strings"
	"time"

	"magpie/wechat/apis"
)

// The calls getarticlesummary, getarticletotal, getuserread and getusershare are no longer
// maintained (each page says so since 2025-11); this one is.

// Figures of a day are ready after 08:00 of the next in China; there are none of before
// FiguresSince, and none of a piece after FiguresFor days.
const (
	FiguresReadyAt = 8 * time.Hour
	FiguresFor     = 30
)

// FiguresSince is the first day of which WeChat keeps these figures.
var FiguresSince = time.Date(2025, 11, 1, 0, 0, 0, 0, China)

// China is where WeChat's days begin and end.
var China = time.FixedZone("UTC+8", 8*60*60)

// ArticleFigures are the figures of one article since it was sent or published.
type ArticleFigures struct {
	MsgDataID string // of the message or the publishing
	Index     int    // among its articles, from 1
	Title     string
	URL       string
	Notified  bool         // followers were told of it: it was a mass message
	Days      []DayFigures // oldest first
}

// DayFigures are sums from the beginning to the end of a day. WeChat counts people, and
// tells no number of reads.
type DayFigures struct {
	Day       string // 2006-01-02, in China
	Readers   int
	Sharers   int
	Likes     int // 拇指赞
	Hearts    int // 爱心赞, once called 在看
	Comments  int
	Favorites int
}

// FiguresPage are the figures of what was published on one day.
type FiguresPage struct {
	Articles []ArticleFigures
	Late     bool // WeChat has not counted the latest day to its end
}

type figuresReply struct {
	answer
	List []struct {
		MsgID   looseString `json:"msgid"`
		Type    looseInt    `json:"publish_type"`
		Title   looseString `json:"title"`
		URL     looseString `json:"content_url"`
		Details []struct {
			Day       looseString `json:"stat_date"`
			Readers   looseInt    `json:"read_user"`
			Sharers   looseInt    `json:"share_user"`
			Hearts    looseInt    `json:"zaikan_user"`
			Likes     looseInt    `json:"like_user"`
			Comments  looseInt    `json:"comment_count"`
			Favorites looseInt    `json:"collection_user"`
		} `json:"detail_list"`
	} `json:"list"`
	Late bool `json:"is_delay"`
}

func (r *figuresReply) missing(answer) string {
	if r.List == nil {
		return "list"
	}
	return ""
}

// ArticleFigures reads what became of all that was sent and published on a day in China.
//
// WeChat: POST /datacube/getarticletotaldetail
func (c *Client) ArticleFigures(ctx context.Context, published time.Time) (*FiguresPage, error) {
	day := published.In(China).Format(time.DateOnly)
	in := struct {
		Begin string `json:"begin_date"`
		End   string `json:"end_date"`
	}{day, day}
	var out figuresReply
	if err := c.call(ctx, request{api: apis.ArticleFigures, in: in, out: &out}); err != nil {
		return nil, err
	}
	page := &FiguresPage{Late: out.Late}
	for _, a := range out.List {
		id, index, _ := strings.Cut(string(a.MsgID), "_")
		f := ArticleFigures{MsgDataID: id, Title: string(a.Title), URL: string(a.URL), Notified: a.Type.n == 0}
		if f.Index, _ = strconv.Atoi(index); f.Index == 0 {
			f.Index = 1
		}
		for _, d := range a.Details {
			f.Days = append(f.Days, DayFigures{
				Day: string(d.Day), Readers: d.Readers.n, Sharers: d.Sharers.n, Likes: d.Likes.n, Hearts: d.Hearts.n, Comments: d.Comments.n, Favorites: d.Favorites.n,
			})
		}
		page.Articles = append(page.Articles, f)
	}
	return page, nil
}

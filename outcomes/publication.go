package outcomes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"magpie/store"
	"magpie/wechat"
)

// toldOn are the days after the first on whose morning people are told how articles are read.
var toldOn = []int{1, 3, 7}

// toldAt is the hour of that morning in China: WeChat has counted the day before at 08:00.
const toldAt = 9 * time.Hour

// publication is articles that are out: WeChat's figures call them by msg_data_id.
type publication struct {
	Account   string    `db:"account"`
	MsgDataID string    `db:"msg_data_id"`
	Request   int64     `db:"request"` // that sent or published them
	MediaID   string    `db:"media_id"`
	Filing    string    `db:"filing"` // where they were published; "" where they were sent
	OutAt     time.Time `db:"out_at"`

	Step    int                     `db:"step"` // of toldOn, that is told next
	Next    int64                   `db:"next_at"`
	Known   []wechat.ArticleFigures `db:"known,json"`
	KnownAt time.Time               `db:"known_at"`
}

// publications reads those that where finds.
func (o *Outcomes) publications(ctx context.Context, q store.Queryer, where string, args ...any) ([]publication, error) {
	all, err := store.All[publication](q.Query(ctx, "select "+store.ColumnsOf[publication]("")+" from publication where "+where, args...))
	if err != nil {
		return nil, fmt.Errorf("read what is out: %w", err)
	}
	return all, nil
}

// Published has the articles of a filing followed, which request n has published. It bears
// being said twice.
func (o *Outcomes) Published(ctx context.Context, account, msgDataID, filing, mediaID string, n int64) {
	if msgDataID == "" {
		return // without it, its figures cannot be told from another's
	}
	o.insist(ctx, func(tx *store.Tx) error {
		return o.follow(ctx, tx, publication{Account: account, MsgDataID: msgDataID, Request: n, MediaID: mediaID, Filing: filing, OutAt: o.Now()})
	})
}

// follow has people told how articles are read.
func (o *Outcomes) follow(ctx context.Context, tx *store.Tx, p publication) error {
	_, err := tx.Exec(ctx, `insert into publication (account, msg_data_id, request, media_id, filing, out_at, next_at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (account, msg_data_id) do nothing`, p.Account, p.MsgDataID, p.Request, p.MediaID, p.Filing, store.Millis(p.OutAt), store.Millis(p.tellAt(0)))
	if err != nil {
		return fmt.Errorf("follow the articles of request %d: %w", p.Request, err)
	}
	return nil
}

// unfollow ends it for what a request sent or published: it is not out, or no more.
func (o *Outcomes) unfollow(ctx context.Context, tx *store.Tx, n int64) error {
	_, err := tx.Exec(ctx, "update publication set next_at = 0 where request = $1", n)
	return err
}

// tellAt is when people are told of a step.
func (p publication) tellAt(step int) time.Time {
	return p.day().AddDate(0, 0, toldOn[step]).Add(toldAt)
}

// day is the one in China on which the articles went out.
func (p publication) day() time.Time { return dayOf(p.OutAt) }

// firstAt is when WeChat has the first figures.
func (p publication) firstAt() time.Time {
	return p.day().AddDate(0, 0, 1).Add(wechat.FiguresReadyAt)
}

// after is the step that comes next, once now has been told; false: there is none.
func (p publication) after(now time.Time) (int, bool) {
	for step := p.Step + 1; step < len(toldOn); step++ {
		if p.tellAt(step).After(now) {
			return step, true
		}
	}
	return len(toldOn), false
}

// keep writes the newest figures down.
func (o *Outcomes) keep(ctx context.Context, p publication, figures []wechat.ArticleFigures) error {
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update publication set known = $3, known_at = $4 where account = $1 and msg_data_id = $2", p.Account, p.MsgDataID, store.JSON(figures), store.Millis(o.Now()))
		return err
	})
}

// of are the figures of a publication among those of its day.
func (p publication) of(page *wechat.FiguresPage) []wechat.ArticleFigures {
	var own []wechat.ArticleFigures
	for _, f := range page.Articles {
		if f.MsgDataID == p.MsgDataID && len(f.Days) > 0 {
			own = append(own, f)
		}
	}
	return own
}

// standing are those of a publication's articles that were not taken back.
func (o *Outcomes) standing(ctx context.Context, q store.Queryer, p publication) ([]wechat.ArticleFigures, error) {
	gone, err := o.backs(ctx, q, "of_request = $1 and account = $2 and at > 0", p.Request, p.Account)
	return slices.DeleteFunc(slices.Clone(p.Known), func(f wechat.ArticleFigures) bool {
		return slices.ContainsFunc(gone, func(b back) bool { return b.part == 0 || b.part == f.Index })
	}), err
}

// dayOf is the beginning of a moment's day in China.
func dayOf(t time.Time) time.Time {
	t = t.In(wechat.China)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, wechat.China)
}

// isNotReady reports whether WeChat says that it has not counted yet.
func isNotReady(err error) bool {
	failed, ok := errors.AsType[*wechat.Error](err)
	return ok && (failed.Code == 61503 || failed.Code == 61500)
}

package outcomes

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/store"
	"magpie/wechat"
)

const (
	lateWait = time.Hour     // between questions where WeChat has not counted yet
	lateFor  = 6 * time.Hour // then what is known is told
)

// askFigures asks for the figures of accounts that are to be told by now: once for each account and day,
// whatever went out on it. No page names a quota of the call.
func (o *Outcomes) askFigures(ctx context.Context, accounts outbox.Accounts) error {
	in, args := accounts.In("account", 2)
	due, err := o.publications(ctx, o.DB, "next_at > 0 and next_at <= $1 and "+in+" order by account, out_at limit 50", append([]any{store.Millis(o.Now())}, args...)...)
	if err != nil || len(due) == 0 {
		return err
	}
	type of struct {
		account string
		day     time.Time
	}
	var days []of
	on := map[of][]publication{}
	for _, p := range due {
		if o.Now().Sub(p.tellAt(len(toldOn)-1)) > tooOld {
			if err := o.DB.Update(ctx, func(tx *store.Tx) error { return o.unfollow(ctx, tx, p.Request) }); err != nil {
				return err
			}
			continue
		}
		// Whoever moves next_at asks, so several processes may watch.
		claimed := int64(0)
		if err := o.DB.Update(ctx, func(tx *store.Tx) (err error) {
			claimed, err = tx.Exec(ctx, "update publication set next_at = $3 where account = $1 and msg_data_id = $2 and next_at = $4", p.Account, p.MsgDataID, store.Millis(o.Now().Add(lateWait)), p.Next)
			return err
		}); err != nil {
			return err
		}
		if claimed == 0 {
			continue
		}
		key := of{p.Account, p.day()}
		if on[key] == nil {
			days = append(days, key)
		}
		on[key] = append(on[key], p)
	}
	var errs []error
	for _, of := range days {
		page, err := o.WeChat.Of(of.account).ArticleFigures(ctx, of.day)
		if err != nil {
			o.Log.Warn("the figures of articles are not known yet", "day", of.day.Format(time.DateOnly), "error", err)
			page = &wechat.FiguresPage{Late: true}
		}
		for _, p := range on[of] {
			errs = append(errs, o.tellFigures(ctx, p, o.orNextDay(ctx, p, page)))
		}
	}
	return errors.Join(errs...)
}

// byMidnight is how long before midnight what goes out may be out on the next day only: WeChat
// takes its time, and an administrator has half an hour to confirm.
const byMidnight = 45 * time.Minute

// orNextDay is the page of the day after where a publication went out shortly before midnight
// and stands not on its own: WeChat keeps figures by the day on which a message was out
// (文章群发出日期, page wedata/news/api_getarticletotal), not by that of the call.
func (o *Outcomes) orNextDay(ctx context.Context, p publication, page *wechat.FiguresPage) *wechat.FiguresPage {
	next := p.day().AddDate(0, 0, 1)
	if len(p.of(page)) > 0 || p.OutAt.Add(byMidnight).Before(next) || o.Now().Before(next.AddDate(0, 0, 1).Add(wechat.FiguresReadyAt)) {
		return page
	}
	other, err := o.WeChat.Of(p.Account).ArticleFigures(ctx, next)
	if err != nil || len(p.of(other)) == 0 {
		return page
	}
	return other
}

// tooOld is how long after its last morning nothing is told of a publication any more: whoever
// had it turned off, or was stopped for long, does not want all of them at once.
const tooOld = 24 * time.Hour

// tellFigures tells how articles are read, unless WeChat has not counted them yet: then it is
// asked again in a while.
func (o *Outcomes) tellFigures(ctx context.Context, p publication, page *wechat.FiguresPage) (err error) {
	now, figures := o.Now(), p.of(page)
	if len(figures) > 0 {
		if err := o.keep(ctx, p, figures); err != nil {
			return err
		}
		p.Known, p.KnownAt = figures, now
	}
	counted := len(p.Known) > 0
	if p.Known, err = o.standing(ctx, o.DB, p); err != nil {
		return err
	}
	if counted && len(p.Known) == 0 { // all were taken back, one by one
		return o.DB.Update(ctx, func(tx *store.Tx) error { return o.unfollow(ctx, tx, p.Request) })
	}
	if (page.Late || len(figures) == 0) && now.Before(p.tellAt(p.Step).Add(lateFor)) {
		return nil
	}
	return o.DB.Update(ctx, func(tx *store.Tx) error {
		step, more := p.after(now)
		next := int64(0)
		if more {
			next = store.Millis(p.tellAt(step))
		}
		// The thread hears once, whoever else asks.
		told, err := tx.Exec(ctx, "update publication set step = $3, next_at = $4 where account = $1 and msg_data_id = $2 and step = $5", p.Account, p.MsgDataID, step, next, p.Step)
		if err != nil || told == 0 {
			return err
		}
		card := figuresCard(p, page.Late)
		if p.Filing == "" {
			if state, _, err := o.Outbox.StateIn(ctx, tx, p.Request); err != nil || state == outbox.Failed {
				return errors.Join(err, o.unfollow(ctx, tx, p.Request)) // it reached nobody
			}
			if err := o.Outbox.ReplyCard(ctx, tx, p.Request, card); err != nil {
				return err
			}
		} else if out, err := o.Articles.OutOf(ctx, tx, p.Filing); err != nil {
			return err
		} else if out.Ended && out.ArticleID == "" {
			return o.unfollow(ctx, tx, p.Request) // WeChat has not published it
		} else if at, err := o.Articles.Thread(ctx, tx, out); err != nil {
			return err
		} else if err := o.Posts.Notify(ctx, tx, at, card); err != nil {
			return err
		}
		return nil
	})
}

// figuresCard tells in words, and by charts, how articles are read.
func figuresCard(p publication, late bool) cards.Card {
	card := cards.Card{Account: p.Account, Title: cards.T("figures.title")}
	if len(p.Known) == 0 {
		card.Body = []cards.Text{cards.T("figures.none", "at", p.OutAt)}
		return card
	}
	for _, f := range p.Known {
		d := f.Days[len(f.Days)-1]
		card.Body = append(card.Body, cards.T("figures.line", "title", f.Title, "day", d.Day, "readers", d.Readers, "sharers", d.Sharers, "likes", d.Likes, "hearts", d.Hearts, "comments", d.Comments))
	}
	card.Charts = growth(p.Known)
	card.Notes = []cards.Text{cards.T("figures.people")}
	if late {
		card.Notes = append(card.Notes, cards.T("figures.late"))
	}
	return card
}

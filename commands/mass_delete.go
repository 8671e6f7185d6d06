package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/outcomes"
	"magpie/sending"
	"magpie/wechat"
)

type massDeleteArgs struct {
	N     Number `arg:"" name:"N" example:"17"`
	Index *int   `name:"index" example:"2"`
}

// massDelete asks to take a mass message back: what its card leads to is deleted.
func massDelete() *Command {
	return &Command{
		Path:     "mass delete",
		Role:     outbox.Sender,
		Examples: []string{`mass delete 17`, `mass delete 17 index=2`},
		grammar:  func() any { return new(massDeleteArgs) },
		ask:      first(func(*massDeleteArgs) (outbox.Ask, error) { return outbox.Ask{Kind: "mass.delete"}, nil }),
		prepare:  prepareMassDelete,
		recurs:   func(any) error { return cards.Refuse("back.recurs") },
	}
}

// prepareMassDelete finds the message that a request sent. Which account it went from is the
// request's to say.
func prepareMassDelete(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error {
	a := args[0].(*massDeleteArgs)
	r, receipts, err := b.outbox.Sent(ctx, int64(a.N))
	if err != nil {
		return err
	}
	var sent massMessage
	switch {
	case b.of[r.Account] == nil:
		return cards.Refuse("back.unserved", "n", r.N, "account", cards.Code(outbox.ShortAccount(r.Account)))
	case r.Kind != "mass.send":
		return cards.Refuse("back.not_mass", "n", r.N, "what", cards.T("kind."+r.Kind))
	case r.State != outbox.Done || len(receipts) == 0 || receipts[0]["msg_id"] == "":
		return cards.Refuse("back.not_sent", "n", r.N, "state", cards.T("now."+string(r.State)))
	case ask.Account != "" && ask.Account != r.Account:
		return cards.Refuse("fault.account_other", "named", b.served.accounts.Of(ask.Account).Title, "own", b.served.accounts.Of(r.Account).Title)
	}
	if err := json.Unmarshal(r.Payload, &sent); err != nil {
		return fmt.Errorf("read what request %d has sent: %w", r.N, err)
	}
	d := deletion{
		Request: r.N, MsgID: receipts[0]["msg_id"], MediaID: sent.MediaID, FiledBy: sent.FiledBy, Index: orNone(a.Index), All: sent.All, TagName: sent.TagName, Audience: r.Size, SentAt: r.EndedAt.UTC(),
	}
	// WeChat deletes an article wherever it was sent: all whom it reached are asked about.
	same, reached, err := b.outbox.SentSame(ctx, r.Account, "mass.send", sent.MediaID)
	if err != nil {
		return err
	}
	d.Audience = max(d.Audience, reached)
	for _, n := range same {
		if n != r.N {
			d.Also = append(d.Also, n)
		}
	}
	if d.Index == 1 && len(sent.Articles) == 1 {
		d.Index = 0 // it is all of it
	}
	for i, one := range sent.Articles {
		if d.Index == 0 || d.Index == i+1 {
			d.Titles = append(d.Titles, one.Title)
		}
	}
	switch {
	case sent.Type != wechat.MediaNews && sent.Type != wechat.MediaVideo:
		return cards.Refuse("back.type", "n", r.N, "type", cards.Code(sent.Type))
	case d.Index < 0 || d.Index > max(1, len(sent.Articles)):
		return atField(cards.Refuse("back.index", "n", r.N, "count", max(1, len(sent.Articles))), "index")
	}
	if err := b.outcomes.NotTakenBack(ctx, d.part(r.Account), 0); err != nil {
		return err
	}
	ask.Account, ask.Payload, ask.With = r.Account, d, ask.With.And(b.outcomes.TakeBack(d.part(r.Account)))
	return nil
}

// deletion is a mass message, or one article of it, that is to be taken back.
type deletion struct {
	Request  int64     `json:"request"` // that sent it
	MsgID    string    `json:"msg_id"`
	Index    int       `json:"article_idx,omitempty"` // from 1; 0: all of it
	MediaID  string    `json:"media_id"`
	Titles   []string  `json:"titles,omitempty"`
	FiledBy  int64     `json:"filed_by,omitempty"` // the request that uploaded articles which WeChat gives back no more
	All      bool      `json:"is_to_all,omitempty"`
	TagName  string    `json:"tag_name,omitempty"`
	Audience int       `json:"audience"`
	SentAt   time.Time `json:"sent_at"`
	// Also are the other requests that sent the same: WeChat deletes it in them, too.
	Also []int64 `json:"also,omitempty"`
}

func (d deletion) part(account string) outcomes.Part {
	return outcomes.Part{Account: account, What: outcomes.OfMessage(d.MsgID), Number: d.Index, Request: d.Request}
}

// massDeleteKind needs as many approvals as what it takes back reached people.
func massDeleteKind(w *wechat.Client, account string, after *outcomes.Outcomes) outbox.Kind[deletion] {
	return outbox.Kind[deletion]{
		Name: "mass.delete", Done: cards.T("done.taken_back"), Approval: true, Keeps: outbox.Elsewhere(deletion.kept), Repeat: outbox.RepeatAsk,
		Size: func(d deletion) int { return d.Audience },
		Do: func(ctx context.Context, d deletion, _ string) (outbox.Receipt, error) {
			gone := false
			if d.Index == 0 { // of an article WeChat does not tell
				status, err := w.MassState(ctx, d.MsgID)
				if err != nil {
					return nil, &beforeSending{explain(err)}
				}
				gone = status == wechat.MassDeleted
			}
			if !gone {
				if err := w.DeleteMass(ctx, d.MsgID, d.Index); err != nil {
					return nil, explain(err)
				}
			}
			return nil, after.TookBackSent(ctx, d.part(account), d.MediaID, sending.OrderOf(ctx))
		},
		Content: deletion.contents,
		What:    deletion.title,
		Whom:    deletion.whom,
		Face:    func(deletion) cards.Face { return cards.Face{} },
		Head:    func(d deletion, _ []string) []cards.Text { return d.head() },
		Confirm: func(d deletion, account cards.Text) cards.Confirm {
			return reallyTakeBack(cards.T("back.really_mass", "title", d.title(), "whom", d.whom(), "account", account))
		},
	}
}

// reallyTakeBack asks an approver once more.
func reallyTakeBack(text cards.Text) cards.Confirm {
	return cards.Confirm{Title: cards.T("back.really"), Text: text, Yes: cards.T("back.yes"), No: cards.T("back.no")}
}

// title is what is taken back, in few words.
func (d deletion) title() cards.Text {
	switch {
	case d.FiledBy > 0:
		return cards.T("back.filed", "n", d.FiledBy)
	case len(d.Titles) == 0:
		return cards.T("back.video")
	case len(d.Titles) == 1:
		return cards.T("back.titled", "title", snippet(d.Titles[0]))
	}
	return cards.T("back.titled_more", "title", snippet(d.Titles[0]), "count", len(d.Titles)-1)
}

// whom says who got it.
func (d deletion) whom() cards.Text {
	switch {
	case d.All:
		return cards.T("back.to_all", "count", d.Audience)
	case d.TagName != "":
		return cards.T("back.to_tag", "count", d.Audience, "tag", d.TagName)
	}
	return cards.T("back.to_openids", "count", d.Audience)
}

// head says what is taken back, from whom, and what stays.
func (d deletion) head() []cards.Text {
	head := []cards.Text{cards.T("back.mass", "n", d.Request, "title", d.title(), "whom", d.whom(), "at", d.SentAt), cards.T("back.mass_stays")}
	if len(d.Also) > 0 {
		head = append(head, cards.T("back.mass_also", "requests", d.also()))
	}
	return head
}

// also names the other requests.
func (d deletion) also() string {
	all := make([]string, len(d.Also))
	for i, n := range d.Also {
		all[i] = "#" + strconv.FormatInt(n, 10)
	}
	return strings.Join(all, ", ")
}

func (d deletion) contents() []cards.Content {
	c := contents{}.add("title", strings.Join(d.Titles, "\n")).add("tag", d.TagName).add("msg_id", d.MsgID)
	if d.Index > 0 {
		c = c.add("article_idx", strconv.Itoa(d.Index))
	}
	return c.add("media_id", d.MediaID).add("also", d.also())
}

func (d deletion) kept() []outbox.Kept {
	return []outbox.Kept{{What: "title", Is: strings.Join(d.Titles, "\n")}, {What: "articles", Is: strconv.Itoa(d.Index)}}
}

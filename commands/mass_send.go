package commands

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/outcomes"
	"magpie/sending"
	"magpie/wechat"
)

type massSendArgs struct {
	Media string `arg:"" name:"MEDIA_ID"`

	Tag           string  `name:"tag" xor:"whom" placeholder:"TAG"`
	All           *string `name:"all" enum:"yes" xor:"whom"`
	To            Openids `name:"to" xor:"whom" placeholder:"OPENID,OPENID…" lines:""`
	Type          *string `name:"type" enum:"news,voice,image,video"`
	IgnoreReprint *int    `name:"ignore_reprint" enum:"0,1"`
	ClientMsgID   string  `name:"clientmsgid"`
}

func massSend() *Command {
	return &Command{
		Path:     "mass send",
		Role:     outbox.Sender,
		Examples: []string{`mass send MEDIA_ID tag=2`, `mass send MEDIA_ID all=yes ignore_reprint=1`, `mass send MEDIA_ID to=OPENID_1,OPENID_2`},
		grammar:  func() any { return new(massSendArgs) },
		ask:      askMassSend,
		prepare:  prepareMassSend,
		recurs: func(payload any) error {
			if m := payload.(massMessage); m.All && len(m.Articles) > 0 {
				return cards.Refuse("fault.mass_recurs", "media", cards.Code(m.MediaID))
			}
			return nil
		},
	}
}

func askMassSend(b *Book, args []any) (outbox.Ask, error) {
	a := args[0].(*massSendArgs)
	m := massMessage{
		Type: massType(a.Type), MediaID: a.Media, All: a.All != nil, OpenIDs: a.To, IgnoreReprint: a.IgnoreReprint, ClientMsgID: a.ClientMsgID,
	}
	switch {
	case a.To.audience() != "":
		return outbox.Ask{}, atField(cards.Refuse("fault.mass_audience", "audience", cards.Code(a.To[0])), "to")
	case a.Tag == "" && !m.All && len(a.To) == 0:
		return outbox.Ask{}, atField(cards.Refuse("fault.mass_whom"), "tag")
	case len(a.To) > 0 && b.wechat.Is() == wechat.SubscriptionAccount: // message/mass/send is service accounts'
		return outbox.Ask{}, atField(cards.Refuse("fault.mass_service_only", "title", b.wechat.Title), "to")
	case len(a.To) == 1 || len(a.To) > wechat.MaxMassOpenIDs:
		return outbox.Ask{}, atField(cards.Refuse("fault.mass_openids", "least", wechat.MinMassOpenIDs, "most", wechat.MaxMassOpenIDs), "to")
	case len(a.ClientMsgID) > wechat.MaxClientMsgID:
		return outbox.Ask{}, atField(cards.Refuse("fault.mass_id", "count", wechat.MaxClientMsgID), "clientmsgid")
	}
	return outbox.Ask{Kind: "mass.send", Payload: m}, nil
}

// prepareMassSend finds out how many people it would reach and what the draft says now:
// both are approved.
func prepareMassSend(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error {
	a, m := args[0].(*massSendArgs), ask.Payload.(massMessage)
	var errs [2]error
	var wg sync.WaitGroup
	wg.Go(func() { errs[0] = countAudience(ctx, b, &m, a.Tag) })
	if m.Type == wechat.MediaNews {
		wg.Go(func() { m.Articles, m.FiledBy, errs[1] = readNews(ctx, b, ask.Account, m.MediaID) })
	} else {
		wg.Go(func() { errs[1] = knownMedia(ctx, b, m.MediaID) })
	}
	wg.Wait()
	switch {
	case errs[0] != nil:
		return unread(ctx, errs[0])
	case m.Audience == 0:
		return cards.Refuse("fault.mass_nobody")
	case errs[1] != nil:
		return unread(ctx, errs[1])
	}
	ask.Payload = m
	return nil
}

func countAudience(ctx context.Context, b *Book, m *massMessage, tag string) error {
	switch {
	case len(m.OpenIDs) > 0:
		m.Audience = len(m.OpenIDs)
	case m.All:
		page, err := b.wechat.FollowerPage(ctx, "")
		if err != nil {
			return err
		}
		m.Audience = page.Total
	default:
		t, err := tagMeant(ctx, b, tag)
		if err != nil {
			return err
		}
		m.TagID, m.TagName, m.Audience = t.ID, t.Name, t.Count
	}
	return nil
}

// massWindow is how long WeChat remembers a clientmsgid.
const massWindow = 24 * time.Hour

// massMessage is a message to many as it was approved.
type massMessage struct {
	Type          string                  `json:"type"`
	MediaID       string                  `json:"media_id"`
	Articles      []articles.DraftArticle `json:"articles,omitempty"` // of a draft, as it stood
	FiledBy       int64                   `json:"filed_by,omitempty"` // the request that filed it, where WeChat gives it back no more
	All           bool                    `json:"is_to_all,omitempty"`
	TagID         int                     `json:"tag_id,omitempty"`
	TagName       string                  `json:"tag_name,omitempty"`
	OpenIDs       []string                `json:"touser,omitempty"`
	Audience      int                     `json:"audience"`
	IgnoreReprint *int                    `json:"send_ignore_reprint,omitempty"`
	ClientMsgID   string                  `json:"clientmsgid,omitempty"`
}

// massSendKind is repeated by itself: WeChat sends one clientmsgid once in 24 hours.
func massSendKind(w *wechat.Client, d *articles.Desk, account string, is wechat.AccountKind, after *outcomes.Outcomes) outbox.Kind[massMessage] {
	return outbox.Kind[massMessage]{
		Name: "mass.send", Approval: true, Reaches: outbox.ByPayload(func(m massMessage) []string { return m.OpenIDs }), Repeat: outbox.RepeatDeduplicated, Window: massWindow, Ref: "msg_id",
		Keeps: outbox.Elsewhere(massMessage.kept),
		Size:  func(m massMessage) int { return m.Audience },
		Count: &outbox.Counting[massMessage]{
			Now: func(ctx context.Context, m massMessage) (int, error) { return m.count(ctx, w) },
			Shown: func(m massMessage, n int) massMessage {
				m.Audience = n
				return m
			},
		},
		Do: func(ctx context.Context, m massMessage, _ string) (outbox.Receipt, error) {
			if err := unchangedDraft(ctx, w, m.MediaID, m.Articles); err != nil {
				return nil, err
			}
			job, err := m.send(ctx, w)
			if err != nil {
				return nil, explain(err)
			}
			after.Sent(ctx, outcomes.Sent{Account: account, Request: sending.OrderOf(ctx), MsgID: job.MsgID, MsgDataID: job.MsgDataID, MediaID: m.MediaID})
			return outbox.Receipt{"msg_id": job.MsgID, "msg_data_id": job.MsgDataID}, nil
		},
		Content: massMessage.contents,
		What:    func(m massMessage) cards.Text { return whatOfMedia(m.Type, m.Articles) },
		Whom:    massMessage.whom,
		Face:    func(m massMessage) cards.Face { return articles.DraftFace(m.Articles) },
		Head:    massMessage.head,
		Preview: func(m massMessage) cards.Button { return previewOf(m.MediaID, m.Articles) },
		Picture: articles.CoverPicture(d, account, func(m massMessage) string { return pictureOf(m.Type, m.MediaID, m.Articles) }),
		Confirm: func(m massMessage, account cards.Text) cards.Confirm {
			return cards.Confirm{
				Title: cards.T("mass.really"), Text: cards.T("mass.really_text", "what", whatOfMedia(m.Type, m.Articles), "whom", m.whom(), "account", account),
				Yes: cards.T("mass.yes"), No: cards.T("back.no"),
			}
		},
		Result: func(r outbox.Receipt) []cards.Field { return results(r, "msg_id", "msg_data_id") },
		Since:  after.Since,
		Ended:  articles.RedrawAfter(d, account, func(m massMessage) string { return m.MediaID }),
		Notes:  massLimits(is),
	}
}

// massLimits say, before anybody approves, what WeChat allows an account of the kind: the
// guide product/message/Batch_Sends.
func massLimits(is wechat.AccountKind) []cards.Text {
	limit := cards.T("mass.limit")
	switch is {
	case wechat.SubscriptionAccount:
		limit = cards.T("mass.limit_subscription")
	case wechat.ServiceAccount:
		limit = cards.T("mass.limit_service")
	}
	return []cards.Text{limit, cards.T("mass.protection"), cards.T("mass.once")}
}

// count looks up how many it reaches by now. It refuses a tag that is no more what it was
// called when it was asked for: WeChat's console renames and deletes tags, and magpie does not.
func (m massMessage) count(ctx context.Context, w *wechat.Client) (int, error) {
	switch {
	case m.All:
		page, err := w.FollowerPage(ctx, "")
		if err != nil {
			return 0, &beforeSending{explain(err)}
		}
		return page.Total, nil
	case m.TagID == 0:
		return m.Audience, nil
	}
	found, err := w.Tags(ctx)
	if err != nil {
		return 0, &beforeSending{explain(err)}
	}
	at := slices.IndexFunc(found, func(t wechat.Tag) bool { return t.ID == m.TagID && t.Name == m.TagName })
	if at < 0 {
		return 0, &explained{errors.New("the tag has changed since it was asked for"), cards.T("fault.tag_changed", "tag", cards.Code(m.TagName))}
	}
	return found[at].Count, nil
}

func (m massMessage) send(ctx context.Context, w *wechat.Client) (*wechat.MassJob, error) {
	msg := wechat.MassMsg{MassContent: massContent(m.Type, m.MediaID), SendIgnoreReprint: m.IgnoreReprint, ClientMsgID: m.ClientMsgID}
	if msg.ClientMsgID == "" {
		msg.ClientMsgID = sending.DeliveryID(ctx)
	}
	if len(m.OpenIDs) > 0 {
		return w.SendMassTo(ctx, m.OpenIDs, msg)
	}
	return w.SendMass(ctx, wechat.MassFilter{All: m.All, TagID: m.TagID}, msg)
}

// kept is what the draft says, and which tag it is for: how many people have the tag, or
// follow the account, changes by itself.
func (m massMessage) kept() []outbox.Kept {
	all := articles.KeptOf(m.Articles)
	if m.TagID > 0 {
		all = append(all, outbox.Kept{What: "tag", Is: strconv.Itoa(m.TagID) + " " + m.TagName})
	}
	return all
}

func (m massMessage) contents() []cards.Content {
	c := append(contents{}, articles.DraftContents(m.Articles)...)
	switch {
	case m.All:
		c = c.add("is_to_all", "true")
	case m.TagID > 0:
		c = c.add("tag_id", strconv.Itoa(m.TagID)+" "+m.TagName)
	}
	c = c.add("touser", strings.Join(m.OpenIDs, "\n"))
	c = c.add("type", m.Type).add("media_id", m.MediaID).number("send_ignore_reprint", m.IgnoreReprint).add("clientmsgid", m.ClientMsgID)
	return append(c, articles.DraftSums(m.Articles)...)
}

// whom says whom it reaches.
func (m massMessage) whom() cards.Text {
	switch {
	case m.All:
		return cards.T("back.to_all", "count", m.Audience)
	case m.TagID > 0:
		return cards.T("back.to_tag", "count", m.Audience, "tag", m.TagName)
	}
	return cards.T("back.to_openids", "count", m.Audience)
}

// head says what they get, where a title does not.
func (m massMessage) head([]string) []cards.Text { return whatMedia(m.Type, m.Articles, m.FiledBy) }

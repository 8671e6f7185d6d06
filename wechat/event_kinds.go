package wechat

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Event is one thing that WeChat pushed.
type Event struct {
	Kind string    // what WeChat calls it: TEMPLATESENDJOBFINISH, component_verify_ticket, text, …
	From string    // the person's openid, or the platform's AppID
	To   string    // the account's own id (gh_…)
	At   time.Time // zero where WeChat does not say
	// Once is the same for each push of the same event: keep it where several
	// processes receive events.
	Once string
	// What is one of SubscribeSent, SubscribeAnswered, TemplateSent, MassSent, PublishDone,
	// Followed, Unfollowed, Scanned, Wrote, VerifyTicket and Authorization, or nil for all other
	// kinds.
	What any
	// Fields are the event's plain values by name, whatever its kind.
	Fields map[string]string
}

// SubscribeSent tells what became of subscription notifications to From.
type SubscribeSent struct{ Outcomes []SubscribeOutcome }

// SubscribeOutcome is one notification's. Code is 0 where it arrived.
type SubscribeOutcome struct {
	TemplateID string
	MsgID      string
	Code       int
	Status     string
}

// OK reports that it arrived.
func (o SubscribeOutcome) OK() bool { return o.Code == 0 }

// TemplateSent tells what became of the template message MsgID to From:
// "success", "failed:user block" or "failed: system failed".
type TemplateSent struct{ MsgID, Status string }

// OK reports that it arrived.
func (t TemplateSent) OK() bool { return t.Status == "success" }

// MassSent tells what became of a mass message.
type MassSent struct {
	MsgID    string
	Status   string // "send success", "send fail" or "err(CODE)"
	Total    int    // followers it was for
	Filtered int    // of whom it was tried with
	Sent     int
	Failed   int
	URLs     []PublishedIndex // of news
}

// OK reports that the sending was carried out; some may have failed.
func (m MassSent) OK() bool {
	return m.Status == "send success" || m.Status == "sendsuccess"
}

// PublishDone tells what became of a publishing.
type PublishDone struct{ PublishState }

// VerifyTicket is the platform's new component_verify_ticket. [Events] users
// save it with TicketStore.SaveTicket.
type VerifyTicket struct{ PlatformAppID, Ticket string }

// Authorization tells that an account has authorised the platform (Kind
// authorized or updateauthorized, with a Code for Client.Authorize) or has
// taken that back (unauthorized).
type Authorization struct {
	PlatformAppID string
	AppID         string
	Code          string
}

// event reads a decoded push.
func (n *node) event() Event {
	e := Event{
		Kind: n.text("Event"), From: n.text("FromUserName"), To: n.text("ToUserName"), At: n.moment("CreateTime"), Fields: map[string]string{},
	}
	if info := n.text("InfoType"); info != "" {
		e.Kind, e.From = info, n.text("AppId")
	}
	if e.Kind == "" {
		e.Kind = n.text("MsgType")
	}
	for _, p := range n.parts {
		if len(p.parts) == 0 {
			e.Fields[p.name] = p.value
		}
	}
	e.What = n.what(e.Kind)
	e.Once = n.once(e)
	return e
}

func (n *node) what(kind string) any {
	switch kind {
	case "subscribe_msg_sent_event":
		list := n.at("SubscribeMsgSentEvent").all("List")
		if list == nil {
			list = n.all("List") // as Mini Programs receive it
		}
		var s SubscribeSent
		for _, l := range list {
			s.Outcomes = append(s.Outcomes, SubscribeOutcome{l.text("TemplateId"), l.text("MsgID"), l.number("ErrorCode"), l.text("ErrorStatus")})
		}
		return s
	case "subscribe_msg_popup_event", "subscribe_msg_change_event":
		return n.subscribeAnswers()
	case "subscribe":
		return Followed{Scene: strings.TrimPrefix(n.text("EventKey"), followScene)}
	case "unsubscribe":
		return Unfollowed{}
	case "SCAN":
		return Scanned{n.text("EventKey")}
	case "text", "image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage":
		return Wrote{}
	case "TEMPLATESENDJOBFINISH":
		return TemplateSent{n.text("MsgID"), n.text("Status")}
	case "MASSSENDJOBFINISH":
		m := MassSent{
			MsgID: n.text("MsgID"), Status: n.text("Status"), Total: n.number("TotalCount"), Filtered: n.number("FilterCount"), Sent: n.number("SentCount"), Failed: n.number("ErrorCount"),
		}
		for _, item := range n.at("ArticleUrlResult", "ResultList").all("item") {
			m.URLs = append(m.URLs, PublishedIndex{item.number("ArticleIdx"), item.text("ArticleUrl")})
		}
		return m
	case "PUBLISHJOBFINISH":
		return PublishDone{n.at("PublishEventInfo").publishState()}
	case "component_verify_ticket":
		return VerifyTicket{n.text("AppId"), n.text("ComponentVerifyTicket")}
	case "authorized", "updateauthorized", "unauthorized":
		return Authorization{n.text("AppId"), n.text("AuthorizerAppid"), n.text("AuthorizationCode")}
	}
	return nil
}

func (n *node) publishState() PublishState {
	s := PublishState{PublishID: n.text("publish_id"), Status: PublishFailed, ArticleID: n.text("article_id")}
	if n.text("publish_status") != "" {
		s.Status = PublishStatus(n.number("publish_status"))
	}
	for _, item := range n.at("article_detail").all("item") {
		s.Articles = append(s.Articles, PublishedIndex{item.number("idx"), item.text("article_url")})
	}
	for _, i := range n.all("fail_idx") {
		s.FailIndex = append(s.FailIndex, i.number())
	}
	return s
}

// once tells events apart. A message has a MsgId; an event is told by who, when
// and what, and everything else that it says, for two may fall into one second.
func (n *node) once(e Event) string {
	if id := n.text("MsgId"); id != "" {
		return "msg " + id
	}
	var b strings.Builder
	n.write(&b)
	sum := sha256.Sum256([]byte(b.String()))
	return e.Kind + " " + hex.EncodeToString(sum[:16])
}

// write puts the event down in the same way however its parts were ordered.
func (n *node) write(b *strings.Builder) {
	b.WriteString(n.name + "=" + n.value + "{")
	for _, p := range n.sorted() {
		p.write(b)
	}
	b.WriteString("}")
}

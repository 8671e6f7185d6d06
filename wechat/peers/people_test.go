package peers

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"magpie/wechat"
	"magpie/wechat/wechattest"
)

// TestPeerWritesToPeople: the peer's customer-service messages, within 48 hours and past them.
func TestPeerWritesToPeople(t *testing.T) {
	p := newPeer(t)
	m := p.off.GetCustomerMessageManager()
	p.Writes("oA", "hello")
	for _, msg := range []*message.CustomerMessage{
		message.NewCustomerTextMessage("oA", "早<安>"), message.NewCustomerImgMessage("oA", "IMAGE"), message.NewCustomerVoiceMessage("oA", "VOICE"),
		message.NewCustomerMiniprogrampageMessage("oA", "Tea", "wx1", "pages/tea", "THUMB"),
	} {
		p.ok("Send "+string(msg.Msgtype), m.Send(msg))
	}
	if n := p.Phone().Notifications; len(n) != 4 || n[0].Lines[0].Value != "早<安>" {
		t.Errorf("the phone shows %+v", n)
	}
	p.ok("Send the fifth, a card", m.Send(&message.CustomerMessage{ToUser: "oA", Msgtype: "wxcard", Wxcard: &message.MediaWxcard{CardID: "CARD"}}))
	p.refused("Send the sixth", m.Send(message.NewCustomerTextMessage("oA", "T")), 45047)
	p.refused("Send to one who never wrote", m.Send(message.NewCustomerTextMessage("oB", "T")), 45015)
	p.refused("Send what is nothing", m.Send(&message.CustomerMessage{ToUser: "oA", Msgtype: "shop"}), 40008)
}

// TestPeerTags: the peer's tags, and what it says of those who were not tagged.
func TestPeerTags(t *testing.T) {
	p := newPeer(t)
	users := p.off.GetUser()
	tag, err := users.CreateTag("茶友")
	if err != nil || tag.ID == 0 {
		t.Fatalf("CreateTag = %+v, %v", tag, err)
	}
	p.ok("BatchTag", users.BatchTag([]string{"oA", "oB"}, tag.ID))
	p.ok("BatchUntag", users.BatchUntag([]string{"oA"}, tag.ID))
	list, err := users.OpenIDListByTag(tag.ID)
	if err != nil || list.Count != 1 || list.Data.OpenIDs[0] != "oB" {
		t.Errorf("OpenIDListByTag = %+v, %v, want oB alone", list, err)
	}
	_, err = users.CreateTag("茶友")
	p.refused("CreateTag again", err, 45157)
	p.NotTagged("oC")
	p.refused("BatchTag of one whom WeChat does not take", users.BatchTag([]string{"oC"}, tag.ID), 45171)
	p.refused("BatchTag with no such tag", users.BatchTag([]string{"oA"}, 7), 45159)
}

// TestPeerMakesCodes: the peer's QR codes, temporary and for good.
func TestPeerMakesCodes(t *testing.T) {
	p := newPeer(t)
	codes := p.off.GetBasic()
	ticket, err := codes.GetQRTicket(basic.NewTmpQrRequest(time.Hour, "spring"))
	if err != nil || ticket.Ticket == "" || ticket.ExpireSeconds != 3600 || ticket.URL == "" {
		t.Errorf("GetQRTicket = %+v, %v", ticket, err)
	}
	ticket, err = codes.GetQRTicket(basic.NewLimitQrRequest(7))
	if err != nil || ticket.Ticket == "" || ticket.ExpireSeconds != 0 {
		t.Errorf("GetQRTicket for good = %+v, %v", ticket, err)
	}
	_, err = codes.GetQRTicket(basic.NewLimitQrRequest(strings.Repeat("x", 65)))
	p.refused("GetQRTicket with a long scene", err, 40053)
}

// TestPeerReadsWhatPeopleDo: the events that the pretended WeChat pushes, read by the peer's
// own structs and by ours.
func TestPeerReadsWhatPeopleDo(t *testing.T) {
	p := newPeer(t)
	var kinds []string
	events, err := wechat.NewEvents(wechat.EventOptions{Token: eventToken, Now: p.Now, Handle: func(_ context.Context, e wechat.Event) error {
		kinds = append(kinds, e.Kind)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	var theirs []message.MixMessage
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var m message.MixMessage
		if err := xml.Unmarshal(body, &m); err != nil {
			t.Error(err)
		}
		theirs = append(theirs, m)
		r.Body = io.NopCloser(bytes.NewReader(body))
		events.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	p.EventsTo(wechattest.EventAddress{URL: s.URL, Token: eventToken})
	p.Follows("oA", "spring")
	p.Answers("oA", "T", true)
	p.Scans("oA", "shop")
	p.Writes("oA", "hello")
	p.Unfollows("oA")
	if n, err := p.Deliver(t.Context()); n != 5 || err != nil {
		t.Fatalf("Deliver = %d, %v, want 5", n, err)
	}
	if want := "subscribe subscribe_msg_popup_event SCAN text unsubscribe"; strings.Join(kinds, " ") != want {
		t.Errorf("we hear %v, want %s", kinds, want)
	}
	answers := theirs[1].GetSubscribeMsgPopupEvents()
	if theirs[0].EventKey != "qrscene_spring" || len(answers) != 1 || answers[0].TemplateID != "T" || answers[0].SubscribeStatusString != "accept" || theirs[3].Content != "hello" {
		t.Errorf("the peer reads %+v", theirs)
	}
}

package wechattest

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"magpie/wechat/apis"
)

// DefaultAESKey is an EncodingAESKey to use in tests: 43 characters.
const DefaultAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

// EventAddress is where events are pushed, as it is set in WeChat's console.
type EventAddress struct {
	URL    string
	Token  string
	AESKey string // where set, events are encrypted
	AppID  string // for whom; default: the account
}

// EventsTo sets where events are pushed. From then on the outcome of each
// message waits for Deliver.
func (s *Server) EventsTo(to EventAddress) { s.set(func() { s.events = &to }) }

// Pushes is one signed push: its query and body. Posting it twice is a replay.
type Pushes struct {
	Query url.Values
	Body  []byte
}

// Sign makes a push of an event's XML or JSON, encrypted where the address asks.
func (s *Server) Sign(event string) Pushes {
	s.mu.Lock()
	defer s.mu.Unlock()
	to := EventAddress{}
	if s.events != nil {
		to = *s.events
	}
	if to.AppID == "" {
		to.AppID = s.opts.AppID
	}
	stamp, nonce := strconv.FormatInt(s.clock().Unix(), 10), s.id("nonce", 10)
	p := Pushes{Query: url.Values{"timestamp": {stamp}, "nonce": {nonce}, "signature": {sign(to.Token, stamp, nonce)}}, Body: []byte(event)}
	if to.AESKey == "" {
		return p
	}
	sealed := encrypt(to.AESKey, s.id("random", 16), event, to.AppID)
	p.Query.Set("encrypt_type", "aes")
	p.Query.Set("msg_signature", sign(to.Token, stamp, nonce, sealed))
	if strings.HasPrefix(event, "{") {
		p.Body = fmt.Appendf(nil, `{"ToUserName":"gh_0123456789ab","Encrypt":%q}`, sealed)
	} else {
		p.Body = fmt.Appendf(nil, "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", sealed)
	}
	return p
}

// Post sends a push as it is and returns the status and what was answered.
func (s *Server) Post(ctx context.Context, p Pushes) (int, string, error) {
	s.mu.Lock()
	to := s.events
	s.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, "POST", to.URL+"?"+p.Query.Encode(), bytes.NewReader(p.Body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "text/xml")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	return resp.StatusCode, string(raw), err
}

const pushTries = 3

// Deliver pushes every outcome that waits, in order, each up to 3 times until it
// is answered with 200, and returns how many were.
func (s *Server) Deliver(ctx context.Context) (int, error) {
	s.mu.Lock()
	s.settlePublishing(s.clock())
	waiting := s.outcomes
	s.outcomes = nil
	s.mu.Unlock()
	done := 0
	for _, event := range waiting {
		for range pushTries {
			status, _, err := s.Post(ctx, s.Sign(event))
			if err != nil {
				return done, err
			}
			if status == http.StatusOK {
				done++
				break
			}
		}
	}
	return done, nil
}

// PushTicket makes a new component_verify_ticket and pushes it.
func (s *Server) PushTicket(ctx context.Context) error {
	ticket := s.Ticket()
	event := fmt.Sprintf("<xml><AppId>%s</AppId><CreateTime>%d</CreateTime><InfoType>component_verify_ticket</InfoType><ComponentVerifyTicket><![CDATA[%s]]></ComponentVerifyTicket></xml>",
		DefaultPlatformAppID, s.Now().Unix(), ticket)
	status, answer, err := s.Post(ctx, s.Sign(event))
	if err == nil && (status != http.StatusOK || answer != "success") {
		err = fmt.Errorf("the ticket was answered with %d %s", status, answer)
	}
	return err
}

// outcome queues an event about the account. The lock is held.
func (s *Server) outcome(from, kind, inside string) {
	s.push(fmt.Sprintf(
		"<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[%s]]></Event>%s</xml>",
		from, s.clock().Unix(), kind, inside))
}

// subscribeOutcome queues the final word on a notification. A Mini Program gets it as
// JSON here, whose List holds an object where there is one entry (WxJava's pull request
// 2477, and pushes that people have shown).
func (s *Server) subscribeOutcome(n Notification) {
	if n.API == apis.WeappSubscribeSend.Path {
		if s.events != nil {
			s.outcomes = append(s.outcomes, fmt.Sprintf(`{"ToUserName":"gh_0123456789ab","FromUserName":%q,"CreateTime":%d,"MsgType":"event","Event":"subscribe_msg_sent_event","List":{"TemplateId":%q,"MsgID":%q,"ErrorCode":"0","ErrorStatus":"success"}}`,
				n.OpenID, s.clock().Unix(), n.TemplateID, n.MsgID))
		}
		return
	}
	s.serial++
	s.outcome(n.OpenID, "subscribe_msg_sent_event", fmt.Sprintf(
		"<SubscribeMsgSentEvent><List><TemplateId><![CDATA[%s]]></TemplateId><MsgID>%d</MsgID><ErrorCode>0</ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent>",
		n.TemplateID, 2_000_000_000+s.serial))
}

func (s *Server) templateOutcome(n Notification) {
	s.outcome(n.OpenID, "TEMPLATESENDJOBFINISH", fmt.Sprintf("<MsgID>%s</MsgID><Status><![CDATA[success]]></Status>", n.MsgID))
}

func (s *Server) massOutcome(m *mass) {
	total := len(m.OpenIDs)
	switch {
	case m.All:
		total = len(s.book.followers)
	case m.TagID != 0:
		if t := s.tagged(m.TagID); t != nil {
			total = len(t.people)
		}
	}
	sent := total
	if m.ends != "send success" {
		sent = 0
	}
	s.outcome("oMASS", "MASSSENDJOBFINISH", fmt.Sprintf(
		"<MsgID>%s</MsgID><Status><![CDATA[%s]]></Status><TotalCount>%d</TotalCount><FilterCount>%d</FilterCount><SentCount>%d</SentCount><ErrorCount>%d</ErrorCount>", m.MsgID, m.ends, total, total, sent, total-sent))
}

func (s *Server) publishOutcome(j *publishJob) {
	inside := fmt.Sprintf("<publish_id>%s</publish_id><publish_status>%d</publish_status>", j.id, j.status)
	if j.published != nil {
		inside += "<article_id><![CDATA[" + j.articleID + "]]></article_id><article_detail><count>" + strconv.Itoa(len(j.published.URLs)) + "</count>"
		for i, at := range j.published.URLs {
			inside += fmt.Sprintf("<item><idx>%d</idx><article_url><![CDATA[%s]]></article_url></item>", i+1, at)
		}
		inside += "</article_detail>"
	} else if j.status != 3 {
		inside += "<fail_idx>1</fail_idx>"
	}
	s.outcome("oPUBLISH", "PUBLISHJOBFINISH", "<PublishEventInfo>"+inside+"</PublishEventInfo>")
}

func sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

func encrypt(aesKey, random, msg, appID string) string {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil {
		panic(fmt.Sprintf("wechattest: bad AESKey: %v", err))
	}
	var b bytes.Buffer
	b.WriteString(random)
	binary.Write(&b, binary.BigEndian, uint32(len(msg)))
	b.WriteString(msg + appID)
	pad := 32 - b.Len()%32
	b.Write(bytes.Repeat([]byte{byte(pad)}, pad))
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(fmt.Sprintf("wechattest: bad AESKey: %v", err))
	}
	out := b.Bytes()
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(out, out)
	return base64.StdEncoding.EncodeToString(out)
}

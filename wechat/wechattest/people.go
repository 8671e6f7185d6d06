package wechattest

import "fmt"

// Answers has a person answer the pop-up that asks them to subscribe to a template: an
// event, of the form in WeChat's guide product/subscription_messages/push.
func (s *Server) Answers(openid, templateID string, accept bool) {
	s.set(func() {
		s.outcome(openid, "subscribe_msg_popup_event", fmt.Sprintf(
			"<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[%s]]></TemplateId><SubscribeStatusString><![CDATA[%s]]></SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>",
			templateID, answerWord(accept)))
	})
}

// TurnsOff has a person reject a template in their settings. WeChat tells of no other
// change there.
func (s *Server) TurnsOff(openid, templateID string) {
	s.set(func() {
		s.outcome(openid, "subscribe_msg_change_event", fmt.Sprintf(
			"<SubscribeMsgChangeEvent><List><TemplateId><![CDATA[%s]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString></List></SubscribeMsgChangeEvent>", templateID))
	})
}

func answerWord(accept bool) string {
	if accept {
		return "accept"
	}
	return "reject"
}

// Follows has a person follow the account, by a code with a scene where one is named.
func (s *Server) Follows(openid, scene string) {
	s.set(func() {
		inside := "<EventKey><![CDATA[]]></EventKey>"
		if scene != "" {
			inside = fmt.Sprintf("<EventKey><![CDATA[qrscene_%s]]></EventKey><Ticket><![CDATA[%s]]></Ticket>", scene, s.id("ticket", 80))
		}
		s.outcome(openid, "subscribe", inside)
	})
}

// Unfollows has a person follow the account no more.
func (s *Server) Unfollows(openid string) {
	s.set(func() { s.outcome(openid, "unsubscribe", "<EventKey><![CDATA[]]></EventKey>") })
}

// Scans has a follower scan a code with a scene.
func (s *Server) Scans(openid, scene string) {
	s.set(func() {
		s.outcome(openid, "SCAN", fmt.Sprintf("<EventKey><![CDATA[%s]]></EventKey><Ticket><![CDATA[%s]]></Ticket>", scene, s.id("ticket", 80)))
	})
}

// push queues an event as it is. The lock is held.
func (s *Server) push(event string) {
	if s.events != nil {
		s.outcomes = append(s.outcomes, event)
	}
}

package playground_test

import "testing"

// Slack is away for a while: what was asked meanwhile is told once it is back, and once.
func TestSlackIsAwayOnThePage(t *testing.T) {
	s := newStage(t)
	s.size(1440, 900)
	s.open()
	s.say(`/wechat subscribe send tpl_tea to=oAlice thing1="Longjing" time2="15:00"`)
	s.sees(".ephemeral", "#1 waits")
	s.sees(".message", "#1", "Approve")
	s.be("U2BOB")
	s.click(`[data-fault="slack_away"]`)
	s.sees(`[data-fault="slack_away"][aria-pressed="true"]`)
	s.sees(`[data-fault="slack_away"][aria-pressed="false"]`) // by itself
	s.sees(".bot", "bot connected")
	s.press("approve 1")
	s.sees(".notification", "Longjing")
	s.sees(".message", "#1", "Sent to 1")
	s.sees(".reply", "#1 ✅")
}

// A slow writer is seen to be at work, and ends well.
func TestASlowWriterOnThePage(t *testing.T) {
	s := newStage(t)
	s.size(1440, 900)
	s.open()
	s.click(`[data-fault="writer_slow"]`)
	s.sees(`[data-fault="writer_slow"][aria-pressed="true"]`)
	s.say(`/wechat article draft "Our autumn teas: three kinds"`)
	s.sees(".ephemeral", "A1 is being written")
	s.sees(".message", "A1", "being written")
	s.click(`[data-fault="writer_slow"]`)
	s.sees(".message", "A1 · Our autumn teas", "Upload")
	s.seesNot(".message", "being written", "State")
}

// With two to approve, one press leaves it waiting and says who is heard; the second sends it.
func TestTwoApproveOnThePage(t *testing.T) {
	s := newStage(t)
	s.size(1440, 900)
	s.open()
	s.click(`[data-fault="set_two"]`)
	s.sees(`[data-fault="set_two"][aria-pressed="true"]`)
	s.sees(`.bot[data-bots="2"]`, "bot connected")
	s.say(`/wechat subscribe send tpl_tea to=oAlice thing1="Longjing" time2="15:00"`)
	s.sees(".ephemeral", "#1 waits for approval by 2")
	s.be("U2BOB")
	s.press("approve 1")
	s.sees(".message", "#1", "Waiting", "1 of 2", "@Bob")
	s.seesNot(".notification", "Longjing")
	s.be("U3CAROL")
	s.press("approve 1")
	s.sees(".notification", "Longjing")
	s.sees(".message", "#1", "Sent to 1", "2 of 2")
}

package playground_test

import "testing"

// The example of a mass message goes from the draft box to the phone.
func TestAMassMessageFromTheExamples(t *testing.T) {
	s := newStage(t)
	s.size(1440, 900)
	s.open()
	s.click("#examples")
	s.sees("#suggestions", "Mass messages", "Send it to all followers with a tag")
	s.click(`#suggestions [data-line$=" tag=vip"]`)
	s.click("#send")
	s.sees(".message", "#1", "清明前的龙井到了")
	s.be("U2BOB")
	s.press("approve 1")
	s.click(`dialog.sure [data-sure="yes"]`)
	s.sees(".mass", "清明前的龙井到了", "to the followers with tag 100")
	s.seesPicture(".mass img")
	s.picture("mass")
}

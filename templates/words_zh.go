package templates

import "golang.org/x/text/language"

// Simplified characters; a space parts them from figures and Latin names.
func chinese() words {
	return words{
		Tag: language.Chinese,

		Mail:         "电子邮件",
		Issue:        "第 {n} 期",
		ReadOnline:   "在线阅读",
		Inside:       "本期内容",
		TopStory:     "头条",
		Rest:         "其他",
		ReadAt:       "在 {source} 阅读全文",
		AlsoIn:       "{tag} 中还有",
		AlsoTags:     "另见 {tags}",
		Elsewhere:    "另见于 {sources}",
		Untitled:     "无标题",
		Unsubscribe:  "退订",
		ChooseTopics: "选择主题",
		PauseMail:    "暂停接收",
		Unfollow:     "取消关注{tag}",
		LeaveLink:    "通过邮件退订",
		LeaveByMail:  "如需退订，请发送邮件至 {address}，主题写“unsubscribe”。",
		Privacy:      "没有跟踪像素，也没有改写过的链接：每个标题都直达原文。",
		PrivacyLoad:  "没有改写过的链接：每个标题都直达原文。图片从发布者处加载。",
		Done:         "本期内容到此结束。",
		Next:         "下一期将于{when} 送达。",
		Why:          "{email} 订阅了《{title}》，因此收到这封邮件。",
		WhyWhen:      "{email} 订阅了《{title}》，因此{schedule} 会收到这封邮件。",

		Hello:       "{name}，您好。",
		Overview:    "来自 {sources}的 {stories}。",
		OverviewMin: "来自 {sources}的 {stories}，全部读完约需 {minutes}。",

		NewStories: counted{Other: "{n} 篇新文章"},
		Sources:    counted{Other: "{n} 个来源"},
		MinutesAll: counted{Other: "{n} 分钟"},
		Stories:    counted{Other: "{n} 篇"},
		Minutes:    counted{Other: "{n} 分钟"},
		MoreOnline: counted{Other: "另有 {n} 篇可在线阅读"},
		MoreHidden: counted{Other: "另有 {n} 篇未能收录"},
		MoreNames:  counted{Other: "另外 {n} 个"},
		Broken:     counted{Other: "本期有 {n} 个来源无法读取：{names}。"},
		Shortened:  counted{Other: "为使这封邮件完整送达，有 {n} 篇文章未附摘要。"},

		And:      "和",
		Comma:    "、",
		Pause:    "，",
		Colon:    "：",
		Grouped:  1000,
		LongDate: "{year} 年 {month} {day} 日，{weekday}",
		At:       "{time}",
		When:     "{weekday} {at}",
		WhenDate: " {month} {day} 日（{weekday}）{at}",
		Daily:    "每天 {at}",
		Workdays: "每周一至周五 {at}",
		Weekly:   "每{weekdays} {at}",
		Monthly:  "每月 {day} 日 {at}",
		Weekdays: [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
		EachDay:  [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"},
		Months: [12]string{
			"1 月", "2 月", "3 月", "4 月", "5 月", "6 月", "7 月", "8 月", "9 月", "10 月", "11 月", "12 月",
		},

		Pages: chinesePages(),
	}
}

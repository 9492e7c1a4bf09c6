# Creates enough issues to fill the pages.
project = Project.create!(name: 'Shop', identifier: 'shop', is_public: true)
project.trackers = Tracker.all
author = User.create!(login: 'ana', firstname: 'Ana', lastname: 'Soto', mail: 'ana@example.com')
text = 'The total is wrong when the cart holds a gift card. ' * 20
200.times do |i|
  issue = {subject: "Order #{i} fails", description: text, author: author, tracker: Tracker.first}
  project.issues.create!(issue.merge(status: IssueStatus.first, priority: IssuePriority.first))
end

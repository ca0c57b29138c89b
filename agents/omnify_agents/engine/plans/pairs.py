"""Plans about two campaigns: comparing them, moving budget between them."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from omnify_agents.engine.choosing import EVERY_ROW, Filled, chosen
from omnify_agents.engine.flow import Known, Plan, Steps, Stop, ask, call, one
from omnify_agents.engine.goals import Answer, By, Change, Goal, Ref, RefKind
from omnify_agents.engine.matching import matching
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.outputs import ListedCampaign, Problem, TableOutput
from omnify_agents.engine.plans.amounts import checked_amount
from omnify_agents.engine.plans.reads import compared_metric
from omnify_agents.engine.plans.scope import name_in
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.references import ends_in
from omnify_agents.engine.replies import named, output_reply, problem_reply

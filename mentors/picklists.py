"""The picklists as the organisation uses them today; a migration loads them.

The names are kept in English and marked for translation: clients read them in their language. A
name that an administrator adds is shown as it was typed until it has been translated.
"""

from typing import Any

from django.utils.translation import gettext_noop as _

AREAS = (
    _("Accounting & Finance"),
    _("Advertising"),
    _("Bookkeeping"),
    _("Branding"),
    _("Budgeting"),
    _("Business Plan"),
    _("Business Structure"),
    _("Cash Flow"),
    _("Communications Tech"),
    _("Contracts"),
    _("Customer Service"),
    _("Cybersecurity"),
    _("Digital Marketing"),
    _("Disaster Prep & Recovery"),
    _("Ecommerce"),
    _("Financial Literacy"),
    _("Franchising"),
    _("Funding/Loans"),
    _("Government Contracting"),
    _("Government Regulations"),
    _("Hardware & Equipment"),
    _("Human Resources"),
    _("Import & Export"),
    _("Intellectual Property"),
    _("Legal"),
    _("Management & Operations"),
    _("Marketing"),
    _("Marketing Strategy"),
    _("PR/Media"),
    _("Pricing"),
    _("Product Development"),
    _("Sales"),
    _("Social Media"),
    _("Software & Applications"),
    _("Strategy Development"),
    _("Supply Chain Management"),
    _("Tax Planning"),
    _("Technology"),
    _("Websites"),
    _("Work/Life Balance"),
)

BUSINESS_TYPES = (
    _("Accounting & Tax Services"),
    _("Advertising, Design, & Marketing"),
    _("Agriculture"),
    _("Animal & Veterinary Services"),
    _("Architecture, Engineering, & Related Services"),
    _("Arts, Entertainment & Recreation"),
    _("Auto Repair & Mechanic"),
    _("Beauty, Cosmetics & Salon Services"),
    _("Business Consulting & Coaching"),
    _("Childcare"),
    _("Commercial & Residential Services"),
    _("Construction"),
    _("Counseling & Therapy"),
    _("Distribution & Transportation of Goods"),
    _("Education"),
    _("Farming & Livestock"),
    _("Fine Arts, Artisan, & Craft Work"),
    _("Fishing & Hunting"),
    _("Food & Beverage"),
    _("Forestry"),
    _("Funeral & Death Care Services"),
    _("Information Technology"),
    _("Manufacturing"),
    _("Media & Publishing"),
    _("Mining, Quarry, & Utilities"),
    _("Nonprofit"),
    _("Personal Care Services"),
    _("Photography & Video Services"),
    _("Professional Services"),
    _("Public Relations & Communications"),
    _("Real Estate"),
    _("Recruiting & Staffing"),
    _("Rental & Leasing"),
    _("Restaurant & Bar"),
    _("Retail"),
    _("Social Assistance & Family Services"),
    _("Transportation"),
    _("Travel, Hospitality, & Tourism"),
    _("Warehousing"),
    _("Waste Management & Disposal"),
    _("Website Development"),
    _("Wellness, Healthcare, & Home Health"),
    _("Wholesale"),
)

LANGUAGES = (
    _("English"),
    _("Spanish"),
    _("American Sign Language"),
    _("Arabic"),
    _("Cantonese"),
    _("French"),
    _("German"),
    _("Haitian Creole"),
    _("Hindi"),
    _("Italian"),
    _("Japanese"),
    _("Korean"),
    _("Mandarin"),
    _("Polish"),
    _("Portuguese"),
    _("Russian"),
    _("Tagalog"),
    _("Urdu"),
    _("Vietnamese"),
)
"""English first: what a form starts with. No table: nothing depends on one of them."""


def load(area_model: Any = None, business_type_model: Any = None) -> None:
    """Add the picklist rows that are missing; leaves what is there. For migrations and tests."""
    from mentors import models

    _add(area_model or models.MentoringArea, AREAS)
    _add(business_type_model or models.BusinessType, BUSINESS_TYPES)


def _add(model: Any, names: tuple[str, ...]) -> None:
    model.objects.bulk_create([model(name=name) for name in names], ignore_conflicts=True)
